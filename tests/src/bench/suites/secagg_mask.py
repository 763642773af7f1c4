"""Expanding and adding one mask as Flower's SecAgg+ does it, from its formulas: numpy's Mersenne Twister with a seed of 32 bits
draws 64-bit integers below the modulus 2^32, which are added modulo 2^32. Prints the seconds of each run as JSON."""
import json
import sys
import time

import numpy

words, runs = int(sys.argv[1]), int(sys.argv[2])
vector = numpy.zeros(words, dtype=numpy.int64)
seconds = []
for seed in range(runs):
    started = time.perf_counter()
    mask = numpy.random.RandomState(seed).randint(0, 2**32 - 1, size=words, dtype=numpy.int64)
    vector = (vector + mask) % 2**32
    seconds.append(time.perf_counter() - started)
print(json.dumps({"seconds": seconds, "version": numpy.__version__}))
