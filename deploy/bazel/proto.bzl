"""C++ from protobuf definitions, with Debian's protoc and gRPC plugin."""

def _outputs(src, services):
    stem = src[:-len(".proto")]
    kinds = [".pb"] + ([".grpc.pb"] if services else [])
    return [stem + kind + ending for kind in kinds for ending in [".h", ".cc"]]

def cc_proto(name, srcs, deps = [], services = False, visibility = None, root = "proto"):
    """A C++ library generated from `srcs`.

    Args:
      name: the library. `<name>_protos` is the group of its sources.
      srcs: .proto files of this package.
      deps: other cc_proto libraries that `srcs` import.
      services: whether `srcs` define gRPC services.
      visibility: as of any rule.
      root: folder that imports and includes are relative to.
    """
    native.filegroup(
        name = name + "_protos",
        srcs = srcs + [dep + "_protos" for dep in deps],
        visibility = ["//visibility:public"],
    )
    outs = [out for src in srcs for out in _outputs(src, services)]
    grpc = "--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin --grpc_out=$(GENDIR)/" + root if services else ""
    native.genrule(
        name = name + "_generated",
        srcs = [":" + name + "_protos"],
        outs = outs,
        cmd = "/usr/bin/protoc -I{root} --cpp_out=$(GENDIR)/{root} {grpc} {srcs}".format(
            grpc = grpc,
            root = root,
            srcs = " ".join(["%s/%s" % (native.package_name(), src) for src in srcs]),
        ),
        message = "Generating C++ from protobuf for " + name,
        visibility = ["//visibility:private"],
    )
    native.cc_library(
        name = name,
        srcs = [out for out in outs if out.endswith(".cc")],
        hdrs = [out for out in outs if out.endswith(".h")],
        # Generated code is not held to our warnings.
        copts = ["-w"],
        strip_include_prefix = "/" + root,
        visibility = visibility,
        deps = deps + ["//deploy/bazel:grpc" if services else "//deploy/bazel:protobuf"],
    )
