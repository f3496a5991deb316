import anyAscii from 'any-ascii'
import { z } from 'zod'
import { countCharacters, idPattern } from './text.ts'

const maxCharacters = 100

/**
 * Folds Latin letters to ASCII (é, ø, ß, ł …) and leaves other scripts as they are, in NFC and lower case.
 * What sorts by title and what slugs are made of.
 */
export function fold(value: string): string {
  return value
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replace(/\p{Script=Latin}+/gu, (letters) => anyAscii(letters))
    .toLowerCase()
    .normalize('NFC')
}

/** Makes a slug of any text, at most 100 characters; empty when nothing is left of it or it would read as an id. */
export function slugOf(value: string): string {
  const words = fold(value)
    .replace(/(\p{L})['’ʼ](?=\p{L})/gu, '$1')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
  const slug = cut(words.replace(/^[-\p{M}]+|-+$/gu, ''))
  return looksLikeId(slug) ? '' : slug
}

/** Adds `-2`, `-3` … and stays within the length. */
export function numberedSlug(slug: string, number: number): string {
  const ending = `-${number}`
  return `${[...slug]
    .slice(0, maxCharacters - ending.length)
    .join('')
    .replace(/-+$/, '')}${ending}`
}

/** Ids and slugs share one place in the URL, so a slug never has the form of a UUID of any version. */
function looksLikeId(slug: string): boolean {
  return idPattern.test(slug) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(slug)
}

/** Cuts at a word, where that leaves at least half. */
function cut(slug: string): string {
  const characters = [...slug]
  if (characters.length <= maxCharacters) return slug
  const whole = characters.slice(0, maxCharacters + 1).join('')
  const atWord = whole.slice(0, whole.lastIndexOf('-'))
  const kept =
    countCharacters(atWord) >= maxCharacters / 2 ? atWord : characters.slice(0, maxCharacters).join('')
  return kept.replace(/-+$/, '')
}

/** True when the text already has the form of a slug. */
export function isSlug(value: string): boolean {
  return value !== '' && slugOf(value) === value
}

/** A slug that a client sends: it must have the form already. */
export const slugInput = z
  .string()
  .overwrite((value) => value.normalize('NFC'))
  .refine(isSlug, {
    error:
      'must be a slug: lower case letters and digits with single hyphens between, at most 100 characters',
    params: { code: 'invalid-slug' },
  })
  .meta({ minLength: 1, maxLength: maxCharacters, examples: ['anthony-blinken-the-return-and-israel'] })
