// Command manifests checks a stream of rendered Kubernetes objects, in YAML on standard input:
//
//   - each is of a known kind, and has no field that its kind does not have;
//   - each passes the checks of the API server (Kubernetes 1.26);
//   - each pod passes the Pod Security Standard "restricted";
//   - each pod has what every pod of deploy/kubernetes has (pods.go);
//   - whatever one names of another is there (references.go);
//   - the network policies allow the flows of a table and no other (flows.go).
//
// Secrets are not rendered: their names are given as arguments. Prints each fault; exits 1 if there
// is one.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
)

// object is one rendered object: as it was written, with defaults, and as the API server sees it.
type object struct {
	name     string // "StatefulSet bellwether"
	written  runtime.Object
	internal runtime.Object
}

// read decodes one YAML document; a field that its kind does not have is an error.
func read(document []byte) (object, error) {
	scheme := legacyscheme.Scheme
	decoder := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme,
		json.SerializerOptions{Yaml: true, Strict: true})
	written, kind, err := decoder.Decode(document, nil, nil)
	if err != nil {
		return object{}, fmt.Errorf("%v: %w", kind, err)
	}
	scheme.Default(written)
	accessor, err := meta.Accessor(written)
	if err != nil {
		return object{}, err
	}
	read := object{kind.Kind + " " + accessor.GetName(), written, written}
	// The operator's kinds have no other form.
	if kind.Group != monitoring.SchemeGroupVersion.Group {
		read.internal, err = scheme.ConvertToVersion(written, runtime.InternalGroupVersioner)
	}
	return read, err
}

func readAll(stream io.Reader) ([]object, []error) {
	var objects []object
	var faults []error
	reader := yaml.NewYAMLReader(bufio.NewReader(stream))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, faults
		}
		if err != nil {
			return objects, append(faults, err)
		}
		one, err := read(document)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		objects = append(objects, one)
	}
}

func main() {
	utilruntime.Must(monitoring.AddToScheme(legacyscheme.Scheme))
	objects, faults := readAll(os.Stdin)
	if len(objects) == 0 {
		faults = append(faults, errors.New("there are no objects on standard input"))
	}
	for _, one := range objects {
		faults = append(faults, validate(one)...)
	}
	faults = append(faults, dangling(objects, os.Args[1:])...)
	faults = append(faults, wrongFlows(objects)...)
	for _, fault := range faults {
		fmt.Println(fault)
	}
	if len(faults) > 0 {
		os.Exit(1)
	}
}
