import { secretPrefix } from '../contract/token.ts'

/** One letter of a parameter name, as itself or percent-encoded once or more often. */
function letterPattern(letter: string): string {
  const code = (character: string) => character.charCodeAt(0).toString(16)
  return `(?:${letter}|%(?:25)*(?:${code(letter)}|${code(letter.toUpperCase())}))`
}

const tokenName = [...'token'].map(letterPattern).join('')
// Between name and value: the rest of a longer name, as in `token[]` or `token%5B0%5D`, and the equals sign.
const assignment = String.raw`[^&=?\s"\\]{0,64}?(?:=|%(?:25)*3d)`

const tokenInUrl = new RegExp(String.raw`(${tokenName}${assignment})[^&\s]*`, 'gi')
const tokenInLogLine = new RegExp(String.raw`(${tokenName}${assignment})(?:[^&\s"\\]|\\.)*`, 'gi')
const bearer = /(\bbearer\s+)[^\s"\\,]+/gi
/** What a token of editors looks like, wherever somebody put it. */
const tokenSecret = new RegExp(`(${secretPrefix})[A-Za-z0-9_-]{16,}`, 'g')
const userinfoPassword = /(:\/\/[^\s:@/"\\]*:)[^\s@/"\\]+@/g

/** The URL with the value of every token parameter, however its name is spelled or nested, and all tokens struck out. */
export function strikeTokens(url: string): string {
  return url.replace(tokenInUrl, '$1***').replace(tokenSecret, '$1***')
}

/**
 * A whole log line (JSON text) with tokens, bearer credentials and passwords in URLs struck out. It is the
 * last net under the serializers: messages of errors from libraries may quote a URL. The JSON stays valid.
 */
export function strikeSecretsInLogLine(line: string): string {
  return line
    .replace(tokenInLogLine, '$1***')
    .replace(tokenSecret, '$1***')
    .replace(bearer, '$1***')
    .replace(userinfoPassword, '$1***@')
}
