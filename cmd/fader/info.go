package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"fader/cmd/fader/config"
	"fader/kube"
	"fader/kube/cluster"

	"github.com/spf13/cobra"
)

// infoItem is what `fader info` says: for a report of something that went wrong.
// What is unknown is null.
type infoItem struct {
	Version    string     `json:"version"`
	Commit     *string    `json:"commit"`
	Go         string     `json:"go"`
	Platform   string     `json:"platform"`
	ClientGo   *string    `json:"clientGo"`
	Kubeconfig []infoFile `json:"kubeconfig"`
	Config     infoFile   `json:"config"`
	Journal    infoFile   `json:"journal"`
	Log        infoFile   `json:"log"`
	Context    *string    `json:"context"`
	Server     *string    `json:"server"`
	User       *string    `json:"user"`
	// Prometheus as it is set for the context; null where it is looked for in the
	// cluster, and where the configuration cannot be read.
	Prometheus *infoPrometheus `json:"prometheus"`
	// Problem is why no cluster is known.
	Problem string `json:"problem,omitempty"`
}

// infoFile is a file that fader reads or writes.
type infoFile struct {
	Path    string `json:"path"`
	Exists  bool   `json:"exists"`
	Problem string `json:"problem,omitempty"`
}

// infoPrometheus is where figures come from, and who says so.
type infoPrometheus struct {
	Address string `json:"address"`
	From    string `json:"from"`
}

func newInfo(s streams, scope *scopeFlags) *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Print versions, files and the cluster: what a report of a fault needs, and no secret",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			if !isForm(output) {
				return usage("-o %q is unknown: give json or yaml", output)
			}
			item := newInfoItem(scope)
			if output != "" {
				return writeAs(s.out, output, item)
			}
			return (&columns{}).rows(s.out, item.rows())
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "json or yaml")
	return cmd
}

func newInfoItem(scope *scopeFlags) infoItem {
	item := infoItem{
		Version: version(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Config: configFile(), Journal: fileOf(journalPath()), Log: fileOf(logPath()),
		Kubeconfig: kubeconfigFiles(scope),
	}
	item.Commit, item.ClientGo = buildInfo()
	c, err := cluster.Open(cluster.Options{Flags: scope.config})
	if err != nil {
		item.Problem = kube.Clean(err.Error())
		return item
	}
	item.Context, item.Server, item.User = known(c.Context), known(c.Server), known(c.User)
	item.Prometheus = newInfoPrometheus(scope, c.Context)
	return item
}

func newInfoPrometheus(scope *scopeFlags, context string) *infoPrometheus {
	set, err := scope.sources()
	if err != nil {
		return nil // what is wrong stands beside the file's name
	}
	server := set.For(context).Prometheus.Server
	if server.Is.Word() == "" {
		return nil
	}
	return &infoPrometheus{kube.Clean(server.Is.Word()), kube.Clean(server.From)}
}

// known is nothing for what is empty.
func known(text string) *string {
	if text = kube.Clean(text); text == "" {
		return nil
	}
	return &text
}

// buildInfo is the commit and client-go's version, as far as they were built in.
func buildInfo() (commit, clientGo *string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, nil
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			commit = known(setting.Value)
		}
	}
	for _, dep := range info.Deps {
		if dep.Path == "k8s.io/client-go" {
			clientGo = known(dep.Version)
		}
	}
	return commit, clientGo
}

func fileOf(path string) infoFile {
	_, err := os.Stat(path)
	return infoFile{Path: path, Exists: err == nil}
}

// configFile says also what is wrong with it: this command works all the same.
func configFile() infoFile {
	path, _ := configPath()
	file := fileOf(path)
	if _, err := config.Load(path); err != nil {
		file.Problem = kube.Clean(err.Error())
	}
	return file
}

func kubeconfigFiles(scope *scopeFlags) []infoFile {
	access := scope.config.ToRawKubeConfigLoader().ConfigAccess()
	paths := access.GetLoadingPrecedence()
	if access.IsExplicitFile() {
		paths = []string{access.GetExplicitFile()}
	}
	files := []infoFile{}
	for _, path := range paths {
		if absolute, err := filepath.Abs(path); err == nil {
			path = absolute
		}
		files = append(files, fileOf(path))
	}
	return files
}

func (i infoItem) rows() [][]string {
	rows := [][]string{
		{"version", i.Version},
		{"commit", orUnknown(i.Commit)},
		{"go", i.Go + " " + i.Platform},
		{"client-go", orUnknown(i.ClientGo)},
	}
	for _, file := range i.Kubeconfig {
		rows = append(rows, []string{"kubeconfig", file.String()})
	}
	rows = append(rows,
		[]string{"config", i.Config.String()},
		[]string{"journal", i.Journal.String()},
		[]string{"log", i.Log.String()},
		[]string{"context", orUnknown(i.Context)},
		[]string{"server", orUnknown(i.Server)},
		[]string{"user", orUnknown(i.User)},
	)
	if p := i.Prometheus; p != nil {
		rows = append(rows, []string{"prometheus", p.Address + " (" + p.From + ")"})
	}
	if i.Problem != "" {
		rows = append(rows, []string{"problem", i.Problem})
	}
	return rows
}

func orUnknown(of *string) string {
	if of == nil {
		return "unknown"
	}
	return *of
}

func (f infoFile) String() string {
	parts := []string{kube.Clean(f.Path)}
	if !f.Exists {
		parts = append(parts, "(does not exist)")
	}
	if f.Problem != "" {
		parts = append(parts, fmt.Sprintf("(%s)", f.Problem))
	}
	return strings.Join(parts, " ")
}
