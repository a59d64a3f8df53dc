/** The elements that only answer a reader: loaded together, with the first movement, key, touch or scroll. */
import '../base/v-copy.ts';
import '../base/v-menu.ts';
import '../base/v-toc.ts';
import '../paste/v-paste.ts';
import '../present/v-more.ts';
import '../run/v-row.ts';
