package cluster

import (
	"fmt"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Admin is the user of DIR/kubeconfig. contextName is the name of its only context.
const (
	Admin       = "practice-admin"
	contextName = "practice"
)

// credentials are the users of one cluster and the way to its API server.
type credentials struct {
	server string // https://127.0.0.1:port
	ca     []byte // PEM
	tokens map[string]string
}

// newCredentials draws a token for the admin and for each component that is a client.
func newCredentials(server string, ca []byte) (*credentials, error) {
	c := &credentials{server: server, ca: ca, tokens: map[string]string{}}
	for _, user := range []string{Admin, ControllerManager, Scheduler, Kwok} {
		token, err := newToken()
		if err != nil {
			return nil, err
		}
		c.tokens[user] = token
	}
	return c, nil
}

// write writes the API server's token file, the admin's kubeconfig and the components'.
func (c *credentials) write(l layout) error {
	var table strings.Builder
	for user, token := range c.tokens {
		// All are in system:masters: what the components may do is not what is practised here.
		fmt.Fprintf(&table, "%s,%s,%s,system:masters\n", token, user, user)
	}
	if err := writeSecret(l.config("tokens.csv"), []byte(table.String())); err != nil {
		return err
	}
	for user := range c.tokens {
		path := l.kubeconfigOf(user)
		if user == Admin {
			path = l.kubeconfig()
		}
		if err := c.writeKubeconfig(path, user, ""); err != nil {
			return err
		}
	}
	return nil
}

// writeKubeconfig writes a kubeconfig for user. An empty namespace is kubectl's default.
func (c *credentials) writeKubeconfig(path, user, namespace string) error {
	config := clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{
			contextName: {Server: c.server, CertificateAuthorityData: c.ca},
		},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{user: {Token: c.tokens[user]}},
		Contexts:       map[string]*clientcmdapi.Context{contextName: {Cluster: contextName, AuthInfo: user, Namespace: namespace}},
		CurrentContext: contextName,
	}
	data, err := clientcmd.Write(config)
	if err != nil {
		return fmt.Errorf("encode the kubeconfig of %s: %w", user, err)
	}
	return writeSecret(path, data)
}
