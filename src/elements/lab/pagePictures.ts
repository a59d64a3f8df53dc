/** The rules of the page's pictures, as the page left them. A picture that is copied into a presentation finds them as well. */
import type { PictureRules } from '../../core/pictures/rules.ts';

export function picturesOfPage(): PictureRules {
  const found = document.querySelector<HTMLElement>('[data-pictures]')?.dataset.pictures;
  const rules: PictureRules = JSON.parse(found ?? '{"outcomes":{},"paths":{},"attempts":{},"machines":{}}');
  return rules;
}
