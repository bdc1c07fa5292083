using System.Text.RegularExpressions;
using CsCheck;
using Timbre.Conversion;
using Timbre.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Conversion;

public class ShardPlanTests
{
    [Fact]
    public void AFileIsClosedWhenTheNextTensorWouldPassTheLimit()
    {
        var plan = new ShardPlan([Tensor("a", 4), Tensor("b", 6), Tensor("c", 1), Tensor("d", 20), Tensor("e", 3)], 10);
        Assert.Equal(["a b", "c", "d", "e"], plan.Files.Select(file => string.Join(' ', file.Tensors.Select(tensor => tensor.Name))));
        Assert.Equal("model-00001-of-00004.safetensors", plan.Files[0].Name);
        Assert.Equal(34, plan.TotalSize);
        Assert.Equal(
            """{"metadata":{"total_size":34},"weight_map":{"a":"1","b":"1","c":"2","d":"3","e":"4"}}""",
            Regex.Replace(plan.Index().ToJsonString(), @"model-0000(\d)-of-00004\.safetensors", "$1"));
    }

    [Fact]
    public void OneFileHasNoNumber() => Assert.Equal("model.safetensors", Assert.Single(new ShardPlan([Tensor("z", 5)], 5).Files).Name);

    [Fact]
    public void OrderIsKeptAndNoFileIsOverfullOrNeedlesslySmall() =>
        Gen.Select(Gen.Int[0, 30].Array[1, 40], Gen.Int[1, 60]).Sample((sizes, limit) =>
        {
            PlannedTensor[] tensors = [.. sizes.Select((size, index) => Tensor($"t{index}", size))];
            var plan = new ShardPlan(tensors, limit);
            Assert.Equal(tensors, plan.Files.SelectMany(file => file.Tensors));
            Assert.All(plan.Files, file => Assert.True(file.Tensors.Count == 1 || file.Tensors.Sum(tensor => tensor.Length) <= limit));
            foreach ((var file, var next) in plan.Files.Zip(plan.Files.Skip(1)))
                Assert.True(file.Tensors.Sum(tensor => tensor.Length) + next.Tensors[0].Length > limit);
        });

    private static PlannedTensor Tensor(string name, long bytes) => new(name, TensorType.Find("U8")!, [bytes]);
}
