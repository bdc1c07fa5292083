using Timbre.Hub;
using Timbre.Loading;

namespace Timbre.Cli;

/// <summary>The models in the cache of the Hub, for lists and completion.</summary>
internal static class HubModels
{
    /// <summary>The names of those whose family is wanted; looks no further than their configs.</summary>
    public static IEnumerable<string> Names(CommandHost host, Func<ModelFamily?, bool> isWanted)
    {
        var cache = new HubCache(host.ReadHubOptions().CacheFolder);
        return cache.EnumerateNames().Where(name => cache.Find(name) is { } repository && isWanted(FamilyOf(repository)));
    }

    /// <summary>The family of a repository, by the config of its newest commit that has one.</summary>
    public static ModelFamily? FamilyOf(CachedRepository repository) =>
        repository.Revisions.Select(revision => ModelCatalog.FamilyOf(revision.Folder)).FirstOrDefault(family => family is not null);
}
