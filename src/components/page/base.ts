/** The path that this site is built for. Astro hands it over without its last slash. */
export const BASE = import.meta.env.BASE_URL.replace(/\/?$/, '/');
