import { z } from 'zod'

/** The fixed sizes of the IAB's New Ad Portfolio (2017), by their names: width and height in pixels. */
const namedSizes: Readonly<Record<string, readonly string[]>> = {
  billboard: ['970x250'],
  'super-leaderboard': ['970x90'],
  leaderboard: ['728x90'],
  portrait: ['300x1050'],
  skyscraper: ['160x600'],
  'medium-rectangle': ['300x250'],
  button: ['120x60'],
  'smartphone-banner': ['300x50', '320x50'],
  'phone-interstitial': ['640x1136', '750x1334', '1080x1920'],
  'feature-phone-banner': ['120x20', '168x28', '216x36'],
}

const names = Object.keys(namedSizes)
const pixels = /^[1-9]\d{0,3}x[1-9]\d{0,3}$/
const form = `^(?:[1-9]\\d{0,3}x[1-9]\\d{0,3}|${names.join('|')})$`

/** Sizes that a client sends: a name stands for the sizes that it has. Kept as pixels, each once. */
export const sizesInput = z
  .array(
    z
      .string()
      .refine((size) => pixels.test(size) || names.includes(size), {
        error: 'must be a size such as `300x250`, or the IAB’s name of one, such as `medium-rectangle`',
        params: { code: 'invalid-size' },
      })
      .meta({ pattern: form, examples: ['300x250'] }),
  )
  .max(20)
  .overwrite((sizes) => [...new Set(sizes.flatMap((size) => namedSizes[size] ?? size))])
  .describe(
    `Width and height in pixels, or names of the IAB: ${names.map((name) => `\`${name}\``).join(', ')}. Kept as pixels.`,
  )

/** Sizes on the way out. */
export const sizes = z.array(z.string().meta({ examples: ['300x250'] }))
