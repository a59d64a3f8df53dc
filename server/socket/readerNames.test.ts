import { describe, expect, it } from 'vitest';
import { createReaderNames } from './readerNames.ts';

describe('readers', () => {
  it('keep their name while they are away, until nobody can come back', async () => {
    const readers = createReaderNames();
    await readers.add('/a', '');
    await readers.add('/a', '');
    await readers.add('/b', '');
    expect(readers.remove('/a')).toBe(false);
    expect(readers.remove('/a')).toBe(true);
    expect(readers.nameOf('/a')).toBe('Reader 1');
    readers.forget('/a');
    expect(readers.nameOf('/a')).toBe('A reader');
    await readers.add('/a', '');
    expect(readers.nameOf('/a')).toBe('Reader 3');
    expect(readers.nameOf('/b')).toBe('Reader 2');
  });

  it('who sign in anew under another name are called by it', async () => {
    const readers = createReaderNames();
    await readers.add('issuer subject/a', 'ada (2)');
    await readers.add('issuer subject/a', 'ada');
    expect(readers.nameOf('issuer subject/a')).toBe('ada');
  });

  it('are as many as ten thousand; the oldest name goes first, none of who is here', async () => {
    const readers = createReaderNames();
    await readers.add('/here', '');
    for (let one = 0; one < 10_000; one += 1) {
      await readers.add(`/${one}`, '');
      readers.remove(`/${one}`);
    }
    expect(['/here', '/0', '/1'].map(readers.nameOf)).toEqual(['Reader 1', 'A reader', 'Reader 3']);
  });
});
