// Sets the reader's chosen theme before the first paint. Choosing is left to the element `v-theme`.
try {
  const theme = localStorage.getItem('vantage-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be switched off; the system's theme holds then.
}
