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
