package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Container is one container of a pod template.
type Container struct {
	Name              string
	Image             string
	Init              bool // runs to its end before the others start
	Sidecar           bool // a restartable init container: starts first and goes on
	HasReadinessProbe bool
	// ReadinessDelay is the probe's initialDelaySeconds: before that it says nothing.
	ReadinessDelay time.Duration
	// HasStartupProbe: the readiness probe begins when that one has passed.
	HasStartupProbe bool
	HasPorts        bool // it declares ports, so something is to be sent to it
}

// Containers are a template's containers in the order they start: init
// containers (sidecars among them) first.
func Containers(template corev1.PodTemplateSpec) []Container {
	spec := template.Spec
	containers := make([]Container, 0, len(spec.InitContainers)+len(spec.Containers))
	for i := range spec.InitContainers {
		c := newContainer(&spec.InitContainers[i])
		c.Sidecar = isSidecar(&spec.InitContainers[i])
		c.Init = !c.Sidecar
		containers = append(containers, c)
	}
	for i := range spec.Containers {
		containers = append(containers, newContainer(&spec.Containers[i]))
	}
	return containers
}

func newContainer(c *corev1.Container) Container {
	container := Container{
		Name:              Clean(c.Name),
		Image:             Clean(c.Image),
		HasReadinessProbe: c.ReadinessProbe != nil,
		HasStartupProbe:   c.StartupProbe != nil,
		HasPorts:          len(c.Ports) > 0,
	}
	if c.ReadinessProbe != nil {
		container.ReadinessDelay = seconds(c.ReadinessProbe.InitialDelaySeconds)
	}
	return container
}

func isSidecar(c *corev1.Container) bool {
	return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
}

// imagesOf the containers that serve: neither init containers nor sidecars.
func imagesOf(containers []Container) []string {
	var images []string
	for _, c := range containers {
		if !c.Init && !c.Sidecar {
			images = append(images, c.Image)
		}
	}
	return images
}
