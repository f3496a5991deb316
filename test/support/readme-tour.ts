/** A block of commands in the README, with the answer that it shows below them, if any. */
export interface TourStep {
  readonly section: string
  readonly commands: string
  /** Pieces of the answer, in their order; between them something was left out. */
  readonly shown: readonly string[]
  /** The HTTP status codes that the answer shows. */
  readonly shownStatuses: readonly number[]
}

/** What the commands of a step really answered. */
export interface TourAnswer {
  /** What was printed, in the form of `shown`. */
  readonly printed: string
  /** The HTTP status of every request, in order. */
  readonly statuses: readonly number[]
}

const leftOut = '…'
const blockPattern = /```(\w*)\n([\s\S]*?)```/g

/** The steps of these sections, in the order of the README. */
export function readTour(readme: string, sections: readonly string[]): TourStep[] {
  return readme
    .split(/^## /m)
    .map((text) => ({ section: text.slice(0, text.indexOf('\n')), text }))
    .filter(({ section }) => sections.includes(section))
    .flatMap(({ section, text }) => {
      const blocks = [...text.matchAll(blockPattern)].map(([, language, content = '']) => ({
        language,
        content,
      }))
      return blocks.flatMap(({ language, content }, index) => {
        if (language !== 'sh') return []
        const next = blocks[index + 1]
        const answer = next?.language === '' ? next.content : ''
        return [
          {
            section,
            commands: content,
            shown: answer.split(leftOut).map(comparable).filter(Boolean),
            shownStatuses: statusesIn(answer),
          },
        ]
      })
    })
}

const endOfStep = 'end of step'

/**
 * A script for bash that runs every step in one shell, as a reader does. `CHECKOUT` names the project: `npm` runs there,
 * wherever the shell is. Requests tell their status on standard error.
 */
export function scriptOf(steps: readonly TourStep[]): string {
  return [
    'npm() { command npm --prefix "$CHECKOUT" "$@"; }',
    `curl() { command curl -w '%{stderr}\\nstatus %{http_code}\\n' "$@"; }`,
    ...steps.flatMap(({ commands }) => [commands, `echo '${endOfStep}'; echo '${endOfStep}' >&2`]),
  ].join('\n')
}

/** What each step answered, from what the script printed. */
export function answersOf(stdout: string, stderr: string): TourAnswer[] {
  const printed = stdout.split(endOfStep).slice(0, -1)
  const errors = stderr.split(endOfStep).slice(0, -1)
  return printed.map((text, index) => ({
    printed: comparable(text),
    statuses: [...(errors[index] ?? '').matchAll(/^status (\d{3})$/gm)].map(([, status]) => Number(status)),
  }))
}

/** The first piece that was shown and not printed after those before it; undefined when all were. */
export function firstMissing(step: TourStep, answer: TourAnswer): string | undefined {
  let from = 0
  for (const piece of step.shown) {
    const at = answer.printed.indexOf(piece, from)
    if (at === -1) return piece
    from = at + piece.length
  }
  return undefined
}

function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/"status":(\d{3})|HTTP\/1\.1 (\d{3})/g)].map(([, problem, line]) =>
    Number(problem ?? line),
  )
}

/** Without what differs from run to run: ids, times, keys, validators; and without white space, which breaks lines. */
function comparable(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, '<date>')
    .replace(/"[\w-]{43}"/g, '<etag>')
    .replace(/\b[0-9a-f]{12}\b/g, '<key>')
    .replace(/\s+/g, '')
}
