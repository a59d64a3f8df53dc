/** In development, a change of the content is on the page at once: an Astro integration. Left alone, Astro waits half a second before it saves what a loader has loaded. */

export const saveContent = (): import('astro').AstroIntegration => ({
  name: 'save-content',
  hooks: {
    'astro:server:setup': ({ server: { watcher }, refreshContent }) => {
      // A loader of src/content.config.ts says so. This saves, and loads nothing more: no loader has this name. While Astro reads its configuration it does nothing, and Astro saves later by itself.
      watcher.on('content-loaded', () => void refreshContent?.({ loaders: ['none'] }));
    },
  },
});
