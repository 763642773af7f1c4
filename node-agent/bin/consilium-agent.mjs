#!/usr/bin/env node
// A committed file, because npm links a command only if its file exists when it installs.
import '../dist/main.js';
