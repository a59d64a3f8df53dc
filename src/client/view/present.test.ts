import { describe, expect, it } from 'vitest';
import { actOf, type Deck, firstPlace, followed, moved, type Place } from './present.ts';

const deck: Deck = { slides: ['a', 'b', 'c'], views: ['check', 'vantages', 'difference', 'picture'] };
const plain: Deck = { slides: ['a', 'b'], views: ['check', 'difference'] };
const place = (slide: string, view: Place['view'] = 'check'): Place => ({ slide, view });

describe('a presentation', () => {
  it('begins with the first check, and ends nowhere', () => {
    expect(firstPlace(deck)).toEqual(place('a'));
    expect(firstPlace({ slides: [], views: ['check'] })).toBeUndefined();
    expect(moved(place('c'), 'next', deck)).toEqual(place('c'));
    expect(moved(place('a'), 'back', deck)).toEqual(place('a'));
  });
  it('goes from check to check and keeps the difference in view', () => {
    expect(moved(place('a'), 'next', deck)).toEqual(place('b'));
    expect(moved(place('b', 'difference'), 'back', deck)).toEqual(place('a', 'difference'));
    expect(moved(place('a'), 'last', deck)).toEqual(place('c'));
  });
  it('goes on from the matrix or the picture with the check at hand, and leaves none out', () => {
    expect(moved(place('b', 'vantages'), 'next', deck)).toEqual(place('b'));
    expect(moved(place('b', 'picture'), 'back', deck)).toEqual(place('b'));
  });
  it('the same key leads to a view and back', () => {
    const there = moved(place('b'), 'vantages', deck);
    expect(there).toEqual(place('b', 'vantages'));
    expect(moved(there, 'vantages', deck)).toEqual(place('b'));
    expect(moved(there, 'difference', deck)).toEqual(place('b', 'difference'));
  });
  it('does not lead to a view that the page cannot give, and a follower sees the check instead', () => {
    expect(moved(place('a'), 'vantages', plain)).toEqual(place('a'));
    expect(followed(place('b', 'picture'), plain)).toEqual(place('b'));
    expect(followed(place('c'), plain)).toBeUndefined();
  });
  it('hears the keys that its legend names, in either case, and no others', () => {
    expect(['ArrowRight', ' ', 'PageDown', 'R', 'g', '?', 'Escape'].map(actOf)).toEqual([
      'next',
      'next',
      'next',
      'run',
      'picture',
      'help',
      'end',
    ]);
    expect(['x', 'Enter', 'Tab', ''].map(actOf)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
