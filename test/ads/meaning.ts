/** What buyers take from a file, read in another way than the program does. */

export interface Meaning {
  readonly records: readonly string[]
  readonly variables: readonly string[]
}

/** Records and variables in the order of first appearance, each once; the placeholder is none. */
export function meaningOf(text: string): Meaning {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/#.*$/s, '').trim())
  const records = lines.flatMap((line) => {
    const [content = '', extension = ''] = line.split(/;(.*)/s)
    const [domain = '', account = '', type = '', authority = ''] = content
      .split(',')
      .map((part) => part.trim())
    if (!/^direct$|^reseller$/i.test(type) || !domain.includes('.') || domain.includes('=')) return []
    if (domain === 'placeholder.example.com') return []
    return [[domain.toLowerCase(), account, type.toUpperCase(), authority, extension.trim()].join('|')]
  })
  const variables = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? []
    return name === '' ? [] : [`${name.toUpperCase()}=${value.replace(/\s+/g, '')}`]
  })
  return { records: [...new Set(records)], variables: [...new Set(variables)] }
}

export const specFiles = [
  '4.1-single-system-direct',
  '4.2-single-system-reseller',
  '4.3-multiple-systems-and-resellers',
  '4.4-contact-records',
  '4.5-subdomain-referral-1',
  '4.5-subdomain-referral-2',
  '4.6-inventorypartnerdomain-referral-1',
  '4.6-inventorypartnerdomain-referral-2',
  '4.6-inventorypartnerdomain-referral-3',
  '4.6-inventorypartnerdomain-referral-4',
  '4.6-inventorypartnerdomain-referral-5',
  '4.7-ownerdomain-usage',
  '4.8-managerdomain-usage',
  '4.9-file-without-authorized-advertising-systems',
].map((name) => `ads/ads.txt/${name}.txt`)

export const realFiles = [
  'adtechnology.axelspringer.com.ads.txt',
  'adtechnology.axelspringer.com.app-ads.txt',
  'bild.de.ads.txt',
  'bild.de.app-ads.txt',
  'businessinsider.de.ads.txt',
  'clever-tanken.de.ads.txt',
  'play.bild.de.ads.txt',
  'politico.com.ads.txt',
  'politico.com.app-ads.txt',
  'politico.eu.ads.txt',
  'politico.eu.app-ads.txt',
  'rollingstone.de.ads.txt',
  'transfermarkt.de.ads.txt',
  'welt.de.ads.txt',
  'welt.de.app-ads.txt',
].map((name) => `ads/ads.txt-real/${name}`)
