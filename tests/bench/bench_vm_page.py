"""The part of RESULTS.md about guards: words and tables around what run_vm measured."""


def text(guards, samples, others, counts, versions):
    return str((samples, others, counts, versions))
