package filter_test

import (
	"testing"

	"fader/views/filter"

	"github.com/stretchr/testify/require"
)

func rows() []filter.Row {
	return []filter.Row{
		{Name: "ml/fraud-model", Texts: []string{"Stalled", "fraud:v2"}, Labels: map[string]string{"app": "fraud", "tier": "back"}},
		{Name: "shop/web", Texts: []string{"Complete", "web:v1"}, Labels: map[string]string{"app": "web"}},
		{Name: "shop/cart", Texts: []string{"Stalled", "cart:v1"}},
	}
}

func names(keep func(filter.Row) bool) []string {
	found := []string{}
	for _, r := range rows() {
		if keep(r) {
			found = append(found, r.Name)
		}
	}
	return found
}

func TestMatch(t *testing.T) {
	for input, want := range map[string][]string{
		"":                              {"ml/fraud-model", "shop/web", "shop/cart"},
		"shop":                          {"shop/web", "shop/cart"},
		"SHOP stalled":                  {"shop/cart"},
		"shop !stalled":                 {"shop/web"},
		"!":                             {"ml/fraud-model", "shop/web", "shop/cart"},
		"-l":                            {"ml/fraud-model", "shop/web", "shop/cart"},
		"-l app=web":                    {"shop/web"},
		"-lapp=web":                     {"shop/web"},
		"-l=app=web":                    {"shop/web"},
		"-l app,tier=back":              {"ml/fraud-model"},
		"-l app in (web, fraud) !model": {"shop/web"},
		"-l app notin (web) stalled":    {"ml/fraud-model", "shop/cart"},
		"-l !app":                       {"shop/cart"},
		"-l app -l tier":                {"ml/fraud-model"},
		"nobody":                        {},
	} {
		f, err := filter.Parse(input)
		require.NoError(t, err, input)
		require.Equal(t, want, names(f.Match), input)
	}
}

func TestLooseFindsTheLettersInTheirOrder(t *testing.T) {
	for input, want := range map[string][]string{
		"frmod":          {"ml/fraud-model"},
		"shp":            {"shop/web", "shop/cart"},
		"shp !stalled":   {"shop/web"},
		"shp -l app=web": {"shop/web"},
		"dompl":          {},
	} {
		f, err := filter.Parse(input)
		require.NoError(t, err)
		require.Equal(t, want, names(f.Loose), input)
	}
}

func TestWhatIsNoSelectorIsOneSentence(t *testing.T) {
	for _, input := range []string{"-l a==b==c", "web -l app in (", "-l a=b,=c"} {
		_, err := filter.Parse(input)
		require.ErrorContains(t, err, "is no label selector: write -l key=value,key2", input)
	}
}

func TestEmptyAndSelects(t *testing.T) {
	f, _ := filter.Parse(" ! -l ")
	require.True(t, f.Empty())
	require.False(t, f.Selects())
	f, _ = filter.Parse("-l a")
	require.True(t, f.Selects())
	require.False(t, f.Empty())
}
