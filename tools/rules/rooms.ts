/** The one place that says which room may import which. The check that holds the code to it is imports.ts. */

/** A room is a path: a folder with everything below it, or one file. A file belongs to the room with the longest path that fits. */
export type Rooms = {
  /** The top of the tree: each house, and the other houses that it may import. */
  readonly houses: Record<string, readonly string[]>;
  /** Of rooms inside a house, the lowest first. A room may import its own files and rooms on lower floors. A house that is not named here is one room. */
  readonly floors: Record<string, readonly (readonly string[])[]>;
};

export const ROOMS: Rooms = {
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
  floors: {
    'src/core': [
      ['src/core/vocabulary.ts', 'src/core/text'],
      ['src/core/check'],
      ['src/core/run'],
      ['src/core/judge', 'src/core/protocol'],
      ['src/core/paste'],
      ['src/core/secrets', 'src/core/report', 'src/core/diagnosis'],
      ['src/core/report/html', 'src/core/pictures'],
      ['src/core/overview.ts'],
    ],
    'src/client': [['src/client/state'], ['src/client/replay'], ['src/client/session', 'src/client/view']],
    'src/elements': [
      ['src/elements/base'],
      ['src/elements/run', 'src/elements/lab'],
      ['src/elements/present', 'src/elements/paste'],
      ['src/elements/groups'],
      ['src/elements/index.ts'],
    ],
    'src/components': [
      ['src/components/page'],
      ['src/components/operate', 'src/components/pictures'],
      ['src/components/evidence', 'src/components/lab'],
      ['src/components/writeupPage.ts'],
    ],
    server: [
      ['server/files', 'server/styles.ts', 'server/agent', 'server/lab/description'],
      ['server/content', 'server/identity', 'server/bundle'],
      ['server/fleet', 'server/settings', 'server/audit', 'server/store'],
      ['server/ssh', 'server/inventory', 'server/gate', 'server/auth', 'server/runs'],
      ['server/lab/machine', 'server/doctor', 'server/records', 'server/app.ts'],
      ['server/lab'],
      ['server/target'],
      ['server/config', 'server/socket'],
      ['server/telemetry', 'server/cli/command'],
      ['server/cli', 'server/server.ts'],
      ['server/main.ts'],
    ],
  },
};
