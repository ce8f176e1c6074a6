package cluster

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// pkiLife is far longer than a practice cluster runs.
const pkiLife = 365 * 24 * time.Hour

// authority is the cluster's certificate authority. Its key never reaches the disk.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
	now  time.Time
}

// writePKI makes the authority and writes every key and certificate of the cluster:
// ca.crt, server.{crt,key} for every listener, etcd-client.{crt,key} and
// kubelet-client.{crt,key} for the API server, and service-accounts.{key,pub}. It returns
// the CA certificate as PEM.
func writePKI(l layout, now time.Time) ([]byte, error) {
	ca, err := newAuthority(now)
	if err != nil {
		return nil, err
	}
	caPEM := encode("CERTIFICATE", ca.cert.Raw)
	if err := writeSecret(l.pki("ca.crt"), caPEM); err != nil {
		return nil, err
	}
	server := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "practice-server"},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", metricsHost},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		// Client as well: etcd's gateway and its peer side dial with this certificate.
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if err := ca.issue(l, "server", server); err != nil {
		return nil, err
	}
	for _, name := range []string{"etcd-client", "kubelet-client"} {
		client := &x509.Certificate{
			Subject:     pkix.Name{CommonName: "practice-" + name},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}
		if err := ca.issue(l, name, client); err != nil {
			return nil, err
		}
	}
	return caPEM, writeServiceAccountKeys(l)
}

func newAuthority(now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the authority's key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "practice-ca"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(pkiLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("sign the authority's certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read the authority's certificate: %w", err)
	}
	return &authority{cert: cert, key: key, now: now}, nil
}

// issue completes template, signs it and writes name.crt and name.key.
func (a *authority) issue(l layout, name string, template *x509.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make the key of %s: %w", name, err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return fmt.Errorf("make the serial number of %s: %w", name, err)
	}
	template.SerialNumber = serial
	template.NotBefore, template.NotAfter = a.cert.NotBefore, a.cert.NotAfter
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("sign the certificate of %s: %w", name, err)
	}
	if err := writeSecret(l.pki(name+".crt"), encode("CERTIFICATE", der)); err != nil {
		return err
	}
	return writeKey(l.pki(name+".key"), key)
}

func writeServiceAccountKeys(l layout) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("make the service accounts' key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return fmt.Errorf("encode the service accounts' key: %w", err)
	}
	if err := writeSecret(l.pki("service-accounts.pub"), encode("PUBLIC KEY", public)); err != nil {
		return err
	}
	return writeKey(l.pki("service-accounts.key"), key)
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	// SEC 1 rather than PKCS 8: the one form every component reads.
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return fmt.Errorf("encode a key: %w", err)
	}
	return writeSecret(path, encode("EC PRIVATE KEY", der))
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// newToken returns 256 random bits in hexadecimal.
func newToken() (string, error) {
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return hex.EncodeToString(random), nil
}
