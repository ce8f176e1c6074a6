// Package imagetag shortens container images to what tells one revision from
// another. Pages call it where an image stands in a column.
//
// It promises that the tag is never lost, and that a digest stays recognisable.
package imagetag
