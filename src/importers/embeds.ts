import type { UnkeyedBlock } from '../contract/portable-text.ts'

/** Hosts whose pages are shown within an article when their address stands alone, as oEmbed has it. */
const providers: readonly (readonly [host: RegExp, name: string])[] = [
  [/^(?:www\.|m\.)?(?:youtube\.com|youtu\.be)$/, 'YouTube'],
  [/^(?:www\.|player\.)?vimeo\.com$/, 'Vimeo'],
  [/^(?:www\.)?dailymotion\.com$/, 'Dailymotion'],
  [/^(?:www\.|mobile\.)?(?:twitter|x)\.com$/, 'X'],
  [/^(?:www\.)?instagram\.com$/, 'Instagram'],
  [/^(?:www\.)?facebook\.com$/, 'Facebook'],
  [/^(?:www\.)?tiktok\.com$/, 'TikTok'],
  [/^(?:www\.|w\.)?soundcloud\.com$/, 'SoundCloud'],
  [/^open\.spotify\.com$/, 'Spotify'],
  [/^(?:www\.)?ted\.com$/, 'TED'],
  [/^(?:www\.)?flickr\.com$/, 'Flickr'],
  [/^(?:www\.)?scribd\.com$/, 'Scribd'],
  [/^bsky\.app$/, 'Bluesky'],
]

/** Makes an embed of every paragraph that is the address of a known provider and nothing else. */
export function embedBareUrls(blocks: readonly UnkeyedBlock[]): UnkeyedBlock[] {
  return blocks.map((block) => {
    if (block._type !== 'block' || block.style !== 'normal' || block.listItem !== undefined) return block
    const [span, ...others] = block.children
    const url = span?.text.trim()
    if (url === undefined || others.length > 0 || !/^https?:\/\/\S+$/i.test(url)) return block
    const host = URL.parse(url)?.hostname
    const provider = host === undefined ? undefined : providers.find(([pattern]) => pattern.test(host))?.[1]
    return provider === undefined ? block : { _type: 'embed', url, provider }
  })
}
