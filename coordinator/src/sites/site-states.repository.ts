/** The rows of how sites are: their attendance and their reports. */
import { Injectable } from '@nestjs/common';
import { siteReportSchema, type SiteReport } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { In, LessThan, MoreThanOrEqual } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { AttendanceDayEntity } from './attendance-day.entity.js';
import { AttendanceEntity } from './attendance.entity.js';
import { SiteReportEntity } from './site-report.entity.js';
import type { ConnectedDay } from './uptime.js';

/** Until when a site was seen, and the days that are to be added. */
export interface Attended {
  readonly siteId: SiteId;
  readonly agentVersion: string;
  readonly lastSeenMs: number;
  readonly days: readonly ConnectedDay[];
}

export interface SiteState {
  readonly lastSeenMs?: number;
  readonly agentVersion?: string;
  readonly days: readonly ConnectedDay[];
  readonly report?: SiteReport & { readonly atMs: number };
}

/** Values that both databases take in one list. */
const SITES_AT_ONCE = 500;

@Injectable()
export class SiteStatesRepository {
  async add(tx: Transaction, { days, ...attendance }: Attended): Promise<void> {
    const { siteId } = attendance;
    await tx.rows.upsert(AttendanceEntity, { ...attendance }, ['siteId']);
    for (const { dayMs, connectedMs } of days) {
      const known = await tx.rows.findOneBy(AttendanceDayEntity, { siteId, dayMs });
      const sum = (known?.connectedMs ?? 0) + connectedMs;
      await tx.rows.upsert(AttendanceDayEntity, { siteId, dayMs, connectedMs: sum }, [
        'siteId',
        'dayMs',
      ]);
    }
  }

  /** Days that no window shows any more. */
  async forgetDays(tx: Transaction, beforeMs: number): Promise<void> {
    await tx.rows.delete(AttendanceDayEntity, { dayMs: LessThan(beforeMs) });
  }

  async setReport(
    tx: Transaction,
    siteId: SiteId,
    report: SiteReport,
    atMs: number,
  ): Promise<void> {
    const row = { siteId, report: JSON.stringify(report), atMs };
    await tx.rows.upsert(SiteReportEntity, row, ['siteId']);
  }

  /** Of the sites of which anything is known. */
  async states(
    reader: Reader,
    siteIds: readonly SiteId[],
    daysFromMs: number,
  ): Promise<ReadonlyMap<SiteId, SiteState>> {
    const states = new Map<SiteId, SiteState>();
    for (let i = 0; i < siteIds.length; i += SITES_AT_ONCE) {
      const some = siteIds.slice(i, i + SITES_AT_ONCE);
      const where = { siteId: In(some) };
      const seen = await reader.rows.findBy(AttendanceEntity, where);
      const days = await reader.rows.findBy(AttendanceDayEntity, {
        ...where,
        dayMs: MoreThanOrEqual(daysFromMs),
      });
      const reports = await reader.rows.findBy(SiteReportEntity, where);
      for (const siteId of some) {
        states.set(siteId, stateOf(siteId, seen, days, reports));
      }
    }
    return states;
  }
}

function stateOf(
  siteId: SiteId,
  seen: readonly AttendanceEntity[],
  days: readonly AttendanceDayEntity[],
  reports: readonly SiteReportEntity[],
): SiteState {
  const isOfSite = (row: { readonly siteId: string }): boolean => row.siteId === siteId;
  const attendance = seen.find(isOfSite);
  const report = reports.find(isOfSite);
  return {
    ...(attendance === undefined
      ? {}
      : { lastSeenMs: attendance.lastSeenMs, agentVersion: attendance.agentVersion }),
    days: days.filter(isOfSite).map(({ dayMs, connectedMs }) => ({ dayMs, connectedMs })),
    ...(report === undefined
      ? {}
      : {
          report: {
            ...siteReportSchema.parse(JSON.parse(report.report)),
            atMs: report.atMs,
          },
        }),
  };
}
