import { z } from 'zod'

/** An absolute http or https URL, stored as the WHATWG URL standard writes it. */
export const webUrl = z
  .string()
  .max(2048)
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be an absolute http or https URL',
    params: { code: 'invalid-url' },
  })
  .overwrite((value) => (URL.canParse(value) ? new URL(value).href : value))
  .meta({ format: 'uri', examples: ['https://news.example/story'] })
