/** Addresses of this site, which may live below a path of its host. */
import { belowBase, ROOT_BASE } from '../../core/text/base.ts';

/** `/runs/` as this site has it, for example `/docs/runs/`. */
export const addressOf = (path: string): string =>
  belowBase(document.documentElement.dataset.base ?? ROOT_BASE, path);
