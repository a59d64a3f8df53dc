// The theme, before the first paint.
try {
  const theme = localStorage.getItem('vantage-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be off.
}
if (window !== parent) void import(new URL('embedded.js', document.currentScript.src));
