package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// For a thousand pods of every form, the columns that fader works out itself are
// those that the API server prints.
func TestColumnsEqualTheServersTable(t *testing.T) {
	const pods = 1000
	p := up(t, "none")
	p.do("pods", "generate", "--count", fmt.Sprint(pods), "--seed", "1", "--namespace", "parity")

	table := p.get("application/json;as=Table;v=v1;g=meta.k8s.io")
	now := time.Now()
	var server metav1.Table
	require.NoError(t, json.Unmarshal(table, &server))
	column := map[string]int{}
	for i, c := range server.ColumnDefinitions {
		column[c.Name] = i
	}
	var list corev1.PodList
	require.NoError(t, json.Unmarshal(p.get("application/json"), &list))
	ours := map[string]*kube.Pod{}
	for i := range list.Items {
		pod := kube.NewPod(&list.Items[i])
		ours[pod.Ref.Name] = pod
	}
	require.Len(t, server.Rows, pods)
	require.Len(t, ours, pods)

	var differences []string
	forms := map[string]int{}
	for _, row := range server.Rows {
		cell := func(name string) string { return fmt.Sprint(row.Cells[column[name]]) }
		pod := ours[cell("Name")]
		require.NotNil(t, pod, cell("Name"))
		forms[cell("Status")]++
		for name, mine := range map[string]string{
			"Status": pod.Status, "Ready": pod.ReadyColumn(), "Restarts": pod.RestartsColumn(now),
		} {
			if cell(name) != mine {
				differences = append(differences, fmt.Sprintf("%s %s: server %q, fader %q", pod.Ref.Name, name, cell(name), mine))
			}
		}
	}
	t.Logf("%d pods, %d forms of STATUS", len(server.Rows), len(forms))
	require.Greater(t, len(forms), 15)
	require.Empty(t, differences, strings.Join(differences, "\n"))
}

// get asks for the generated pods in one representation.
func (p *practice) get(accept string) []byte {
	p.t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", p.kubeconfig())
	require.NoError(p.t, err)
	client, err := rest.HTTPClientFor(config)
	require.NoError(p.t, err)
	request, err := http.NewRequest(http.MethodGet, config.Host+"/api/v1/namespaces/parity/pods?includeObject=None", nil)
	require.NoError(p.t, err)
	request.Header.Set("Accept", accept)
	response, err := client.Do(request)
	require.NoError(p.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, response.StatusCode, string(body))
	return body
}
