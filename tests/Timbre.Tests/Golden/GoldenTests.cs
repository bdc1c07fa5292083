using Xunit;

namespace Timbre.Tests.Golden;

/// <summary>The recorded cases that the suite keeps (Golden/Cases, of the shape of any golden folder), as unit tests.</summary>
public class GoldenTests
{
    private static readonly GoldenFolder Folder = new(Path.Combine(AppContext.BaseDirectory, "Golden", "Cases"));

    public static TheoryData<string> Cases => [.. Folder.Families.SelectMany(Folder.Cases)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void CasePasses(string path) => Assert.Null(GoldenSuite.RunCase(Folder, path));

    [Fact]
    public void EveryRowOfEveryTablePasses() => Assert.Empty(
        from family in Folder.Families
        from table in Folder.Tables(family)
        from row in GoldenSuite.RunTable(Folder, family, table)
        where row.Failure is not null
        select $"{family}/{table}#{row.Name}: {row.Failure}");
}
