package kube

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TemplateDigest is equal for two pod templates exactly where the Deployment
// controller takes them for the same: the label pod-template-hash is left out, nil
// and empty lists and maps are one, quantities count by value ("1" is "1000m") and
// times by moment. It is meant for comparing within one process and may change
// with a version of the API.
func TemplateDigest(template corev1.PodTemplateSpec) uint64 {
	if _, hashed := template.Labels[appsv1.DefaultDeploymentUniqueLabelKey]; hashed {
		labels := make(map[string]string, len(template.Labels))
		for k, v := range template.Labels {
			if k != appsv1.DefaultDeploymentUniqueLabelKey {
				labels[k] = v
			}
		}
		template.Labels = labels
	}
	sum := sha256.Sum256(appendValue(make([]byte, 0, 1024), reflect.ValueOf(&template).Elem()))
	return binary.BigEndian.Uint64(sum[:8])
}

// templateDigests is the TemplateDigest, and the one that the template would have
// without the marks of restarts.
func templateDigests(template *corev1.PodTemplateSpec) (digest, bare uint64) {
	digest = TemplateDigest(*template)
	kept := withoutRestartMarks(template.Annotations)
	if len(kept) == len(template.Annotations) {
		return digest, digest
	}
	without := *template
	without.Annotations = kept
	return digest, TemplateDigest(without)
}

// Markers in the encoding that appendValue writes: it is unambiguous, so that
// only equal values encode alike.
const (
	beginMark byte = iota + 1
	endMark
	fieldMark
	valueMark
)

// appendValue encodes v, leaving out fields that say nothing.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		return appendStruct(b, v)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(b, endMark)
		}
		return appendValue(append(b, valueMark), v.Elem())
	case reflect.Slice, reflect.Array:
		b = binary.AppendUvarint(append(b, beginMark), uint64(v.Len()))
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Map:
		return appendMap(b, v)
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	}
	// The API's types hold nothing else; a field that did would make two
	// different templates look the same, which is worse than stopping.
	panic(fmt.Sprintf("digest a pod template: %s is of an unknown kind", v.Type()))
}

func appendStruct(b []byte, v reflect.Value) []byte {
	switch value := v.Addr().Interface().(type) {
	case *resource.Quantity:
		return appendQuantity(b, *value)
	case *metav1.Time:
		return binary.AppendVarint(b, value.UnixNano())
	case *metav1.MicroTime:
		return binary.AppendVarint(b, value.UnixNano())
	}
	for i := range v.NumField() {
		if field := v.Field(i); !isBlank(field) {
			b = binary.AppendUvarint(append(b, fieldMark), uint64(i))
			b = appendValue(b, field)
		}
	}
	return append(b, endMark)
}

// isBlank fields are equal to an absent one: a pointer to zero is not blank, an
// empty list is.
func isBlank(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// appendQuantity writes the value as digits without trailing zeros and a power of
// ten, whatever it was written as.
func appendQuantity(b []byte, q resource.Quantity) []byte {
	var digits string
	var exponent int64
	if n, ok := q.AsInt64(); ok {
		digits = strconv.FormatInt(n, 10)
	} else {
		d := q.AsDec() // q is a copy: the template's own is left as it was
		digits, exponent = d.UnscaledBig().String(), -int64(d.Scale())
	}
	if digits == "0" {
		exponent = 0
	}
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
		exponent++
	}
	return binary.AppendVarint(appendString(b, digits), exponent)
}

func appendMap(b []byte, v reflect.Value) []byte {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
	b = binary.AppendUvarint(append(b, beginMark), uint64(len(keys)))
	for _, key := range keys {
		// A map's values are not addressable, and Quantity has to be.
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(v.MapIndex(key))
		b = appendValue(appendString(b, key.String()), value)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
