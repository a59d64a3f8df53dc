/** A picture by its name, and what its components have in common. */
import { endsOf } from '../../core/pictures/drawing.ts';
import type { Picture } from '../../core/pictures/picture.ts';
import type { PageFacts } from '../page/facts.ts';

/** The picture of this name, or an error that fails the build and tells the author which there are. */
export function findPicture({ id, page, pictures }: PageFacts, name: string): Picture {
  const found = pictures.get(name);
  if (found !== undefined) return found;
  throw new Error(
    `content/${id}/${page}.mdx: expected the name of a file in content/${id}/pictures/ (${[...pictures.keys()].join(', ') || 'there is none'}), found "${name}".`,
  );
}

/** The tip of a line that arrives, in the direction of its last stretch. */
export function tip(line: string): string {
  const {
    end: [x, y],
    heading: [dx, dy],
  } = endsOf(line);
  return `M${x - dy * 5} ${y + dx * 5}L${x + dx * 7} ${y + dy * 7}L${x + dy * 5} ${y - dx * 5}Z`;
}
