// The one place that says which room may import which. The check that holds the code to it is imports.mjs.

/**
 * A room is a path: a folder with everything below it, or one file. A file belongs to the room with the longest path that fits.
 * @typedef {object} Rooms
 * @property {Record<string, readonly string[]>} houses the top of the tree: each house, and the other houses that it may import
 * @property {Record<string, readonly (readonly string[])[]>} floors inside a house: floors of rooms, the lowest first. A room may
 *   import its own files and rooms on lower floors. A house that is not named here is one room
 */

/** @type {Rooms} */
export const ROOMS = {
  houses: {
    'src/core': [],
    'src/client': ['src/core'],
    'src/elements': ['src/client', 'src/core'],
    // With the types of the collections that Astro hands to it.
    'src/components': ['src/core', 'src/content.config.ts'],
    // The layout loads the elements as the page's script.
    'src/layouts': ['src/components', 'src/elements', 'src/core'],
    'src/pages': ['src/layouts', 'src/components', 'src/core'],
    // Astro's own place for the schema of content/, which the server's reader checks.
    'src/content.config.ts': ['server', 'src/components', 'src/core'],
    content: [],
    server: ['src/core'],
    tools: ['server', 'src/core'],
    bench: ['server', 'src/client', 'src/core', 'tools', 'e2e'],
    e2e: ['server', 'src/core'],
  },
  // To be filled in with the rooms as they are after the move, for example:
  // server: [['server/disk'], ['server/agent', 'server/ssh'], ['server/run', 'server/store'], ['server/web'], ['server/main.ts']],
  // 'src/core': [['src/core/text'], ['src/core/check'], ['src/core/judge']],
  floors: {},
};
