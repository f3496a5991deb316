import { z } from 'zod'
import { creativeFormats } from './ad.ts'
import { sizes, sizesInput } from './ad-size.ts'
import { exampleCreative } from './examples-ads.ts'
import { isWebUrl, maxUrlLength } from './safe-url.ts'
import { filledText, id, instant } from './text.ts'

/** What is shown as an ad, as those who place ads read and write it. */

const mostHtmlCharacters = 65_536

const advertiserId = id
  .nullable()
  .describe('Whose it is; null for nobody’s, such as an ad of the house.')
  .meta({ examples: ['018ced2a-4000-7000-8000-00000000f301'] })
const title = filledText(300).meta({ examples: ['Electric Scooter X'] })
const format = z
  .enum(creativeFormats)
  .describe(
    '`text`: the title, as a link. `native`: the same in the look of the page. `html`: a document of its own.',
  )

/**
 * Where a click leads. What a browser would read in another way than it looks (control characters, `\`, white space
 * around it, a name before the host) is refused; what is left is kept as a browser reads it (WHATWG URL), so that a
 * host of look-alike letters shows as the `xn--` name that it is.
 */
const clickUrl = z
  .string()
  .refine((url) => isWebUrl(url) && !hasUserInfo(url), {
    error: 'must be an absolute http or https URL, without a user name',
    params: { code: 'invalid-url' },
  })
  .overwrite((url) => (URL.canParse(url) ? new URL(url).href : url))
  .max(maxUrlLength)
  .nullable()
  .describe('Where a click leads: an absolute `http` or `https` URL. Kept in the form that browsers give it.')
  .meta({ format: 'uri', examples: ['https://scooters.example/x'] })

function hasUserInfo(url: string): boolean {
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

const html = filledText(mostHtmlCharacters)
  .nullable()
  .describe(
    'Of the format `html`, which needs it: what the document has in its body. For a sandboxed iframe only.',
  )
  .meta({ examples: ['<img src="https://scooters.example/x.png" alt="Electric Scooter X">'] })
const exclusionLabels = z
  .array(filledText(100).meta({ examples: ['scooters'] }))
  .max(20)
  .overwrite((labels) => [...new Set(labels)])
  .describe(
    'Two ads that have one of these in common are never on one page: what keeps competitors apart. Case makes no difference.',
  )

/** What members are when they are not sent, or sent as null in a patch. */
export const creativeDefaults = { sizes: [] as string[], exclusionLabels: [] as string[] }

/** What makes a creative, or replaces one. */
export const creativeInput = z
  .strictObject({
    advertiserId: advertiserId.default(null),
    title,
    format,
    clickUrl: clickUrl.default(null),
    html: html.default(null),
    sizes: sizesInput.default(creativeDefaults.sizes),
    exclusionLabels: exclusionLabels.default(creativeDefaults.exclusionLabels),
  })
  .meta({
    id: 'NewCreative',
    examples: [
      {
        advertiserId: '018ced2a-4000-7000-8000-00000000f301',
        title: 'Electric Scooter X',
        format: 'text',
        clickUrl: 'https://scooters.example/x',
        sizes: ['300x250'],
        exclusionLabels: ['scooters'],
      },
    ],
  })
export type CreativeInput = z.output<typeof creativeInput>

/** What changes a creative; null sets what it is when it is not sent. */
export const creativePatch = z
  .strictObject({
    advertiserId: advertiserId.optional(),
    title: title.optional(),
    format: format.optional(),
    clickUrl: clickUrl.optional(),
    html: html.optional(),
    sizes: sizesInput.nullable().optional(),
    exclusionLabels: exclusionLabels.nullable().optional(),
  })
  .meta({ id: 'CreativePatch', examples: [{ title: 'Electric Scooter X, now in red' }] })
export type CreativePatch = z.output<typeof creativePatch>

export const managedCreative = z
  .strictObject({
    id,
    advertiserId: id.nullable(),
    title: z.string(),
    format: z.enum(creativeFormats),
    clickUrl: z.string().nullable(),
    html: z.string().nullable(),
    sizes,
    exclusionLabels: z.array(z.string()),
    version: z.int().min(1),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ManagedCreative', examples: [exampleCreative as never] })
export type ManagedCreative = z.infer<typeof managedCreative>
