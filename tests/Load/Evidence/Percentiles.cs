namespace MedCrm.Load.Evidence;

/// <summary>Of milliseconds.</summary>
internal sealed class Percentiles(IEnumerable<double> milliseconds)
{
    private readonly double[] _sorted = [.. milliseconds.Order()];

    public int Count => _sorted.Length;

    /// <summary>The smallest value that at least this part of all values does not exceed.</summary>
    public double At(double part) => _sorted.Length == 0 ? double.NaN : _sorted[Math.Clamp((int)Math.Ceiling(part * _sorted.Length) - 1, 0, _sorted.Length - 1)];

    public override string ToString() =>
        $"p50 {Report.Number(At(0.5))}, p95 {Report.Number(At(0.95))}, p99 {Report.Number(At(0.99))}, max {Report.Number(At(1))} ms";
}
