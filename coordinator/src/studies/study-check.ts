/** Says what a study file would come to, and what is wrong with it field by field, without creating anything. */
import { Injectable } from '@nestjs/common';
import type { StudyCheck as StudyCheckAnswer } from '@consilium/shared/answers';
import { canonicalJson } from '@consilium/shared/encoding';
import {
  parseStudyFile,
  studyFileFaults,
  studyProtocolHash,
  toStudyProtocol,
  type StudyFile,
  type StudyFileFault,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { stringify } from 'yaml';
import { Database } from '../database/database.js';
import { BackbonesService } from '../models/backbones.service.js';
import { StudiesRepository } from './studies.repository.js';
import { drawSeed, readStudyText, takenName } from './study-text.js';

/** As the protocol's own refusals begin: the field that they are about. */
const NAMED_FIELD = /^([a-zA-Z]+(?:\.[a-zA-Z]+)*): /;

type Outcome =
  | { readonly kind: 'protocol'; readonly protocol: StudyProtocol }
  | { readonly kind: 'fault'; readonly fault: StudyFileFault };

@Injectable()
export class StudyCheck {
  constructor(
    private readonly database: Database,
    private readonly studies: StudiesRepository,
    private readonly backbones: BackbonesService,
  ) {}

  /** The same refusals as `StudyOpening.open`, as values. A file without a seed gets another protocol each time. */
  async check(yaml: string): Promise<StudyCheckAnswer> {
    const read = readOrRefused(yaml);
    if (read.kind === 'fault') {
      return { faults: [toAnswer(read.fault)] };
    }
    const { value } = read;
    const shown = asRead(value);
    const own = studyFileFaults(value);
    if (own.length > 0) {
      return { ...shown, faults: own.map(toAnswer) };
    }
    const file = parseStudyFile(value);
    const outcome = await this.resolve(file);
    const faults = [
      ...(await this.nameFaults(file)),
      ...(outcome.kind === 'fault' ? [outcome.fault] : []),
    ];
    if (outcome.kind === 'fault' || faults.length > 0) {
      return { ...shown, faults: faults.map(toAnswer) };
    }
    const { protocol } = outcome;
    return {
      ...shown,
      faults: [],
      protocol: { canonical: canonicalJson(protocol), hash: studyProtocolHash(protocol) },
    };
  }

  private async resolve(file: StudyFile): Promise<Outcome> {
    try {
      const backbone = await this.backbones.get(file.backbone);
      return { kind: 'protocol', protocol: toStudyProtocol(file, backbone, drawSeed()) };
    } catch (error) {
      return { kind: 'fault', fault: faultOf(error) };
    }
  }

  private async nameFaults({ study }: StudyFile): Promise<StudyFileFault[]> {
    const taken = await this.database.read((reader) => this.studies.find(reader, study));
    return taken === undefined ? [] : [{ path: ['study'], message: takenName(study) }];
  }
}

type Read =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly fault: StudyFileFault };

function readOrRefused(yaml: string): Read {
  try {
    return { kind: 'value', value: readStudyText(yaml) };
  } catch (error) {
    return { kind: 'fault', fault: faultOf(error) };
  }
}

/** @throws the error itself when it is no refusal of the file */
function faultOf(error: unknown): StudyFileFault {
  if (isConsiliumError(error, 'not-found')) {
    return { path: ['backbone'], message: error.message };
  }
  if (!isConsiliumError(error, 'bad-study-file')) {
    throw error;
  }
  const { message } = error;
  const field = NAMED_FIELD.exec(message)?.[1];
  return field === undefined
    ? { path: message.startsWith('the study file') ? [] : ['adapter'], message }
    : { path: field.split('.'), message: message.slice(field.length + 2) };
}

function toAnswer({ path, message }: StudyFileFault): StudyCheckAnswer['faults'][number] {
  return { path: [...path], message };
}

/** As JSON: the infinities of YAML, which every field refuses, are null in it. */
function asRead(value: unknown): Pick<StudyCheckAnswer, 'file' | 'yaml'> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {};
  }
  const file = JSON.parse(JSON.stringify(value)) as NonNullable<StudyCheckAnswer['file']>;
  return { file, yaml: stringify(file) };
}
