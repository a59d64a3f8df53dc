/** The part of a check's page that other pages show too: its terminal, and the way to the rest. */

const loaded = new Map<string, Promise<Element>>();

/** A copy of the part of the page at `address`. Read as a document, so that no script in it runs. A failure is tried again at the next call. */
export async function partOf(address: string): Promise<Element> {
  const own = loaded.get(address) ?? load(address);
  loaded.set(address, own);
  try {
    return document.importNode(await own, true);
  } catch (error) {
    loaded.delete(address);
    throw error;
  }
}

function load(address: string): Promise<Element> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = 'document';
    request.onload = () => {
      const part = request.responseXML?.querySelector('[data-part]');
      if (part) resolve(part);
      else reject(new Error(`${address}: expected a page of a check, found status ${request.status}`));
    };
    request.onerror = () => reject(new Error(`${address}: no answer`));
    // Without the last run: the part follows it by itself.
    request.open('GET', `${address}?part`);
    request.send();
  });
}
