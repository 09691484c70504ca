// Before the first paint: the colour scheme and the language. An external file, so that no inline script is needed.
(() => {
  const root = document.documentElement;
  let scheme = 'auto';
  try {
    scheme = localStorage.getItem('mantine-color-scheme-value') || 'auto';
    root.lang = localStorage.getItem('medcrm.locale') === 'en' ? 'en' : 'ru';
  } catch {
    // storage is refused: the defaults stay
  }
  const dark = scheme === 'dark' || (scheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
