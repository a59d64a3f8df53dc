// A page of ours in a frame of another site: nothing but its row is shown, its links leave the frame, and the frame is told how high it is.
document.documentElement.dataset.embedded = '';
const whole = () => {
  document.head.append(Object.assign(document.createElement('base'), { target: '_blank' }));
  const tell = () => window.parent.postMessage({ vantageHeight: document.body.scrollHeight }, '*');
  new ResizeObserver(tell).observe(document.body);
};
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', whole);
else whole();
