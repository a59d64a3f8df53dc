import { describe, expect, it } from 'vitest';
import {
  actionFor,
  type Presentation,
  firstPlace,
  placeForFollower,
  placeAfter,
  type Place,
} from './present.ts';

const deck: Presentation = { slides: ['a', 'b', 'c'], views: ['check', 'matrix', 'difference', 'picture'] };
const plain: Presentation = { slides: ['a', 'b'], views: ['check', 'difference'] };
const place = (slide: string, view: Place['view'] = 'check'): Place => ({ slide, view });

describe('a presentation', () => {
  it('begins with the first check, and ends nowhere', () => {
    expect(firstPlace(deck)).toEqual(place('a'));
    expect(firstPlace({ slides: [], views: ['check'] })).toBeUndefined();
    expect(placeAfter(place('c'), 'next', deck)).toEqual(place('c'));
    expect(placeAfter(place('a'), 'back', deck)).toEqual(place('a'));
  });
  it('goes from check to check and keeps the difference in view', () => {
    expect(placeAfter(place('a'), 'next', deck)).toEqual(place('b'));
    expect(placeAfter(place('b', 'difference'), 'back', deck)).toEqual(place('a', 'difference'));
    expect(placeAfter(place('a'), 'last', deck)).toEqual(place('c'));
  });
  it('goes on from the matrix or the picture with the check at hand, and leaves none out', () => {
    expect(placeAfter(place('b', 'matrix'), 'next', deck)).toEqual(place('b'));
    expect(placeAfter(place('b', 'picture'), 'back', deck)).toEqual(place('b'));
  });
  it('the same key leads to a view and back', () => {
    const there = placeAfter(place('b'), 'matrix', deck);
    expect(there).toEqual(place('b', 'matrix'));
    expect(placeAfter(there, 'matrix', deck)).toEqual(place('b'));
    expect(placeAfter(there, 'difference', deck)).toEqual(place('b', 'difference'));
  });
  it('does not lead to a view that the page cannot give, and a follower sees the check instead', () => {
    expect(placeAfter(place('a'), 'matrix', plain)).toEqual(place('a'));
    expect(placeForFollower(place('b', 'picture'), plain)).toEqual(place('b'));
    expect(placeForFollower(place('c'), plain)).toBeUndefined();
  });
  it('hears the keys that its legend names, in either case, and no others', () => {
    expect(['ArrowRight', ' ', 'PageDown', 'R', 'g', '?', 'Escape'].map(actionFor)).toEqual([
      'next',
      'next',
      'next',
      'run',
      'picture',
      'help',
      'end',
    ]);
    expect(['y', 'Enter', 'Tab', ''].map(actionFor)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
