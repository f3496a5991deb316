/**
 * The shapes that the API answers, as types alone: nothing of Copydesk is loaded when the page runs. In a
 * repository of your own, generate them from the API's `/openapi.json`, for example with `openapi-typescript`.
 */
export type { DeliveredSlot as AdSlot } from '../../src/contract/ad.ts'
export type {
  Card,
  DeliveredArticle as Article,
  DeliveredRelatedLink as RelatedLink,
} from '../../src/contract/delivered-article.ts'
export type { Body, Code, Embed, Image, Link, Table, TableCell } from '../../src/contract/portable-text.ts'
