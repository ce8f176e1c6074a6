package kube

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Service is what fader shows of a core/v1 Service. Immutable.
type Service struct {
	Ref          Ref
	Created      time.Time
	Type         string // "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
	ClusterIP    string // "None" for a headless one, "" for ExternalName
	ExternalName string
	Ports        []ServicePort
	// Selector by label; nil where the Service has none and somebody else writes its endpoints.
	Selector map[string]string
	// PublishNotReady sends traffic to pods that are not ready as well.
	PublishNotReady bool
}

// ServicePort is one port of a Service.
type ServicePort struct {
	Name     string
	Port     int32
	Target   string // number or name of the pods' port
	Protocol string // "TCP", "UDP", "SCTP"
}

// Text is how the port is named to a person: by the name that pods have to give
// it ("http", "dns/UDP"), or by its number where it is not found by name.
func (p ServicePort) Text() string {
	text := p.Target
	if _, err := strconv.Atoi(p.Target); err == nil {
		text = cmp.Or(p.Name, strconv.Itoa(int(p.Port)))
	}
	if p.Protocol != string(corev1.ProtocolTCP) {
		text += "/" + p.Protocol
	}
	return text
}

// missingPorts are the indexes of the Service's ports that a slice does not have:
// nothing that is sent to these ports reaches its endpoints. Nil for none.
func (s *Service) missingPorts(slice *EndpointSlice) []int {
	var missing []int
	for i := range s.Ports {
		port := SlicePort{s.Ports[i].Name, s.Ports[i].Protocol}
		if !slices.Contains(slice.Ports, port) {
			missing = append(missing, i)
		}
	}
	return missing
}

// NewService reads a Service; nothing of the object is kept. What the API server
// fills in (type, protocol, target port) is filled in here too.
func NewService(s *corev1.Service) *Service {
	service := &Service{
		Ref:             refOf(KindService, &s.ObjectMeta),
		Created:         s.CreationTimestamp.Time,
		Type:            Clean(string(s.Spec.Type)),
		ClusterIP:       Clean(s.Spec.ClusterIP),
		ExternalName:    Clean(s.Spec.ExternalName),
		Selector:        cleanMap(s.Spec.Selector),
		PublishNotReady: s.Spec.PublishNotReadyAddresses,
	}
	if service.Type == "" {
		service.Type = string(corev1.ServiceTypeClusterIP)
	}
	for i := range s.Spec.Ports {
		service.Ports = append(service.Ports, newServicePort(&s.Spec.Ports[i]))
	}
	return service
}

func newServicePort(p *corev1.ServicePort) ServicePort {
	port := ServicePort{
		Name:     Clean(p.Name),
		Port:     p.Port,
		Target:   Clean(p.TargetPort.String()),
		Protocol: Clean(string(p.Protocol)),
	}
	if p.TargetPort == (intstr.IntOrString{}) {
		port.Target = strconv.Itoa(int(p.Port))
	}
	if port.Protocol == "" {
		port.Protocol = string(corev1.ProtocolTCP)
	}
	return port
}

// Headless says that clients get the pods' own addresses.
func (s *Service) Headless() bool { return s.ClusterIP == corev1.ClusterIPNone }

// IsExternal says that the Service is but a DNS alias; whatever selector it has
// means nothing.
func (s *Service) IsExternal() bool { return s.Type == string(corev1.ServiceTypeExternalName) }

// Selects says that pods with these labels are behind the Service.
func (s *Service) Selects(labels map[string]string) bool {
	if len(s.Selector) == 0 || s.IsExternal() {
		return false
	}
	for key, value := range s.Selector {
		if has, found := labels[key]; !found || has != value {
			return false
		}
	}
	return true
}
