package imagetag

import (
	"strconv"
	"strings"
)

// Short is an image without its registry and folders, a digest cut to seven
// digits: "fraud:v2.2.0", "web@4f1c2ab".
func Short(image string) string {
	name, digest, pinned := strings.Cut(image, "@")
	name = name[strings.LastIndexByte(name, '/')+1:]
	if !pinned || strings.ContainsRune(name, ':') {
		return name
	}
	digest = digest[strings.IndexByte(digest, ':')+1:]
	return name + "@" + digest[:min(7, len(digest))]
}

// Counted is the first of a pod's images, with how many more there are: "web:1.2 +1".
func Counted(first string, more int) string {
	if more == 0 {
		return Short(first)
	}
	return Short(first) + " +" + strconv.Itoa(more)
}

// List is Counted for the images of a pod template; "" for none.
func List(images []string) string {
	if len(images) == 0 {
		return ""
	}
	return Counted(images[0], len(images)-1)
}
