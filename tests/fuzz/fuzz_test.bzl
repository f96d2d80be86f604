"""A fuzz target that is a test at the same time."""

def fuzz_test(name, srcs, deps, timeout = "moderate"):
    """Makes a fuzz target of `srcs`, with the seeds in `name` without "_fuzz_test", plus "_seeds".

    Without --config=fuzz it runs each seed once; with it, libFuzzer starts from the seeds and goes on
    for as long as -max_total_time says.

    Args:
      name: of the target; ends in "_fuzz_test".
      srcs: of the target.
      deps: what it calls.
      timeout: of the test.
    """
    seeds = native.glob([name[:-len("_fuzz_test")] + "_seeds/**"])
    native.cc_test(
        name = name,
        srcs = srcs + select({
            ":fuzzing": [],
            "//conditions:default": ["seed_runner.cc"],
        }),
        timeout = timeout,
        args = [
            "-max_total_time=20",
            "-timeout=20",
            "-rss_limit_mb=4096",
            "-print_final_stats=1",
            "-seed_inputs=" + ",".join([native.package_name() + "/" + seed for seed in seeds]),
        ],
        data = seeds,
        linkopts = select({
            ":fuzzing": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps,
    )
