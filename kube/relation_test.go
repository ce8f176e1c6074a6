package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A list that is read again has equal objects under other pointers.
func TestEqualServicesAreTheSame(t *testing.T) {
	o := newScene(1).revision(5, "web:1", 1, ready()).label().serves(newService("web")).objects()
	before := Build(o, nil)
	o.Services = []*Service{new(*o.Services[0])}
	r := Build(o, before).Rollouts[0]
	require.Len(t, r.Backends, 1)
	require.NotNil(t, r.Backends[0])
}
