/** Characters that end a script element or a line of it; in JSON they stand in strings alone. */
const endings = /[<>&\u2028\u2029]/g

/**
 * JSON that can stand in a `<script>` element of a page as it is, whatever its strings hold: what could end the element
 * is written as JSON's own escapes, so that the same is read. (`JSON.stringify` has no option for it.)
 */
export function scriptJson(value: object): string {
  return JSON.stringify(value).replace(
    endings,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
