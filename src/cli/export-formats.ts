/** All of it in one file, or what is public in a folder of files. */
export const folderFormats = ['markdown', 'ninjs', 'static'] as const
export type FolderFormat = (typeof folderFormats)[number]
export const exportFormats = ['ndjson', ...folderFormats] as const

export interface ExportOptions {
  readonly format: (typeof exportFormats)[number]
  /** Standard output when absent. */
  readonly out?: string | undefined
}
