import { readUrl } from './url-attribute.ts'

/** Hosts whose frames are kept as embeds, exactly these, with the name of who runs them. */
const providers: ReadonlyMap<string, string> = new Map([
  ['www.youtube.com', 'YouTube'],
  ['youtube.com', 'YouTube'],
  ['www.youtube-nocookie.com', 'YouTube'],
  ['player.vimeo.com', 'Vimeo'],
  ['www.dailymotion.com', 'Dailymotion'],
  ['geo.dailymotion.com', 'Dailymotion'],
  ['player.twitch.tv', 'Twitch'],
  ['embed.ted.com', 'TED'],
  ['rumble.com', 'Rumble'],
  ['www.facebook.com', 'Facebook'],
  ['www.instagram.com', 'Instagram'],
  ['www.tiktok.com', 'TikTok'],
  ['platform.twitter.com', 'X'],
  ['embed.bsky.app', 'Bluesky'],
  ['w.soundcloud.com', 'SoundCloud'],
  ['open.spotify.com', 'Spotify'],
  ['embed.podcasts.apple.com', 'Apple Podcasts'],
  ['embed.acast.com', 'Acast'],
  ['bandcamp.com', 'Bandcamp'],
  ['datawrapper.dwcdn.net', 'Datawrapper'],
  ['flo.uri.sh', 'Flourish'],
  ['public.flourish.studio', 'Flourish'],
  ['e.infogram.com', 'Infogram'],
  ['embed.documentcloud.org', 'DocumentCloud'],
  ['www.scribd.com', 'Scribd'],
  ['cdn.knightlab.com', 'Knight Lab'],
  ['www.google.com', 'Google'],
  ['www.openstreetmap.org', 'OpenStreetMap'],
])

export interface FrameAddress {
  readonly url: string
  readonly provider: string
}

/** The address of a frame; undefined unless it is `https`, of a known provider, and has neither port nor user. */
export function readFrameAddress(value: string | undefined): FrameAddress | undefined {
  const url = readUrl(value)
  if (url === undefined || !/^https:\/\/[^/?#@\\:]+(?:[/?#]|$)/i.test(url) || /[\p{Cc}\\]/u.test(url))
    return undefined
  const provider = URL.canParse(url) ? providers.get(new URL(url).hostname) : undefined
  return provider === undefined ? undefined : { url, provider }
}
