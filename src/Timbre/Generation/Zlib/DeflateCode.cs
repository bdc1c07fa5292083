namespace Timbre.Generation.Zlib;

/// <summary>Lengths of Huffman codes as zlib chooses them among equals (build_tree and gen_bitlen of trees.c).</summary>
internal static class DeflateCode
{
    /// <summary>The length of each symbol's code; a code has at least two symbols.</summary>
    /// <param name="counts">How often each symbol comes.</param>
    /// <param name="longest">No code is longer.</param>
    public static int[] Lengths(int[] counts, int longest)
    {
        int symbols = counts.Length;
        var weights = new int[2 * symbols];
        counts.CopyTo(weights, 0);
        var heap = new List<int>(Enumerable.Range(0, symbols).Where(symbol => counts[symbol] > 0));
        while (heap.Count < 2)
        {
            int last = heap.Count == 0 ? -1 : heap.Max();
            int added = last < 2 ? last + 1 : 0;
            heap.Add(added);
            weights[added] = 1;
        }
        (int[] parents, List<int> order) = Join(heap, weights, symbols);
        return Limit(parents, order, symbols, longest);
    }

    /// <summary>Joins the two lightest until one is left; gives each node's parent, and the nodes from the root down.</summary>
    private static (int[] Parents, List<int> Order) Join(List<int> heap, int[] weights, int symbols)
    {
        var depths = new int[weights.Length];
        var parents = new int[weights.Length];
        bool Lighter(int a, int b) => weights[a] < weights[b] || (weights[a] == weights[b] && depths[a] <= depths[b]);
        void Sink(int place)
        {
            int node = heap[place];
            for (int child = 2 * place + 1; child < heap.Count; child = 2 * place + 1)
            {
                if (child + 1 < heap.Count && Lighter(heap[child + 1], heap[child]))
                    child++;
                if (Lighter(node, heap[child]))
                    break;
                heap[place] = heap[child];
                place = child;
            }
            heap[place] = node;
        }

        for (int place = heap.Count / 2 - 1; place >= 0; place--)
            Sink(place);
        var order = new List<int>(weights.Length);
        for (int joined = symbols; heap.Count > 1; joined++)
        {
            int first = heap[0];
            heap[0] = heap[^1];
            heap.RemoveAt(heap.Count - 1);
            Sink(0);
            int second = heap[0];
            weights[joined] = weights[first] + weights[second];
            depths[joined] = Math.Max(depths[first], depths[second]) + 1;
            parents[first] = parents[second] = joined;
            order.Add(first);
            order.Add(second);
            heap[0] = joined;
            Sink(0);
        }
        order.Add(heap[0]);
        order.Reverse();
        return (parents, order);
    }

    /// <summary>Depths as lengths; those beyond the longest are brought up, the lightest symbols getting the longest codes.</summary>
    private static int[] Limit(int[] parents, List<int> order, int symbols, int longest)
    {
        var lengths = new int[parents.Length];
        var counts = new int[longest + 2];
        int over = 0;
        foreach (int node in order.Skip(1))
        {
            lengths[node] = lengths[parents[node]] + 1;
            if (lengths[node] > longest)
            {
                lengths[node] = longest;
                over++;
            }
            if (node < symbols)
                counts[lengths[node]]++;
        }
        if (over > 0)
            Shorten(lengths, counts, order, symbols, longest, over);
        return lengths[..symbols];
    }

    private static void Shorten(int[] lengths, int[] counts, List<int> order, int symbols, int longest, int over)
    {
        for (; over > 0; over -= 2)
        {
            int length = longest - 1;
            while (counts[length] == 0)
                length--;
            counts[length]--;
            counts[length + 1] += 2;
            counts[longest]--;
        }
        int place = order.Count;
        for (int length = longest; length > 0; length--)
        {
            for (int left = counts[length]; left > 0;)
            {
                int node = order[--place];
                if (node >= symbols)
                    continue;
                lengths[node] = length;
                left--;
            }
        }
    }
}
