import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  /** Prints a line above the bar. */
  print(stream: NodeJS.WriteStream, line: string): void
  advance(): void
  stop(): void
}

/** A progress bar on a terminal; elsewhere nothing but the lines. */
export function showProgress(terminal: NodeJS.WriteStream, task: string, total: number): Progress {
  if (!terminal.isTTY || total < 2)
    return { print: (stream, line) => void stream.write(`${line}\n`), advance: () => {}, stop: () => {} }
  const bar = new SingleBar(
    {
      stream: terminal,
      format: `${task} {bar} {value}/{total} | {percentage} % | {eta_formatted} left`,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0)
  return {
    print(stream, line) {
      terminal.write('\r\x1b[K')
      stream.write(`${line}\n`)
      bar.render()
    },
    advance: () => bar.increment(),
    stop: () => bar.stop(),
  }
}

export interface ImportProgressBar {
  /** Prints a line above the bar. */
  print(stream: NodeJS.WriteStream, line: string): void
  /** Moves to so many bytes, with so many items more. */
  reach(bytes: number, items: number): void
  stop(): void
}

/** A bar over the bytes that are read, with the rate of items and the time left; on a terminal alone. */
export function showImportProgress(
  terminal: NodeJS.WriteStream,
  { total, isShown }: { readonly total: number; readonly isShown: boolean },
): ImportProgressBar {
  if (!isShown || !terminal.isTTY)
    return { print: (stream, line) => void stream.write(`${line}\n`), reach: () => {}, stop: () => {} }
  const format = 'importing {bar} {percentage} % | {items} items | {rate} a second | {eta_formatted} left'
  const bar = new SingleBar({ stream: terminal, format, etaBuffer: 50 }, Presets.shades_classic)
  const start = performance.now()
  let items = 0
  bar.start(Math.max(total, 1), 0, { items, rate: 0 })
  return {
    print(stream, line) {
      terminal.write('\r\x1b[K')
      stream.write(`${line}\n`)
      bar.render()
    },
    reach(bytes, more) {
      items += more
      const rate = Math.round((items * 1_000) / Math.max(performance.now() - start, 1))
      bar.update(Math.min(bytes, total), { items, rate })
    },
    stop: () => bar.stop(),
  }
}
