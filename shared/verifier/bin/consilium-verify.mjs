#!/usr/bin/env node
// The source of the command is src/main.ts. This file is committed because npm links a command only where its file exists.
import '../dist/main.js';
