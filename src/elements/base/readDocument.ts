/** Reads a page of this site as a document, in which no script runs: text must not become markup here, but what the browser has read may give its nodes. */

/** After `signal` nothing more comes of it. */
export function readDocument(address: string, signal?: AbortSignal): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = 'document';
    request.onload = () => {
      if (request.responseXML) resolve(request.responseXML);
      else reject(new Error(`${address}: expected a page, found status ${request.status}`));
    };
    request.onerror = () => reject(new Error(`${address}: no answer`));
    signal?.addEventListener('abort', () => request.abort());
    request.open('GET', address);
    request.send();
  });
}
